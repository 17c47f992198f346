"""Import from NetBox 4 through pynetbox; proven only against a stand-in (lab.netbox), not a NetBox server."""
