"""The libvirt client: networks, machines, fences and changed blocks of one libvirt daemon."""
