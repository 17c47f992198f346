"""A stand-in of NetBox's REST interface over real HTTP; no NetBox runs here, and none has confirmed it.

It was written from NetBox's documentation, because no package index has NetBox. What passes against it is
proven against a stand-in and nothing more.
"""
