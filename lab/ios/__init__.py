"""The twin of a Cisco IOS or IOS-XE switch or router: SSH and SCP on loopback."""
