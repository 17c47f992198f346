"""Ansible playbooks with one verb each, and the only place that runs them."""
