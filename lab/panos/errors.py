"""What the firewall says no to.

Exception
└── PANOSRefused         a request or line is refused, with the platform's own words
    └── InvalidSyntax    the line is none that the platform knows
"""


class PANOSRefused(Exception):
    """A request or line is refused; the text is the platform's own, ``code`` the one of its API."""

    def __init__(self, text: str, *, code: int = 13) -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class InvalidSyntax(PANOSRefused):
    """The line is none that the platform knows."""

    def __init__(self) -> None:
        super().__init__("Invalid syntax.", code=17)
