"""What Nautobot and NetBox share: reading their REST interface, and what their objects mean here."""
