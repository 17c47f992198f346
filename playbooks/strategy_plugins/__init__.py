"""Strategy plugins of Ansible, found by their file names."""
