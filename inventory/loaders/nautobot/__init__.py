"""Import from Nautobot 3 through pynautobot; proven against a real server by ``make nautobot-check``."""
