"""PAN-OS: the XML form and the ``set`` form of a configuration."""
