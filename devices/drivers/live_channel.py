"""A netmiko channel that says at once that the device has closed it, instead of waiting for a timeout."""

from netmiko.channel import SSHChannel
from netmiko.exceptions import ReadException


class LiveChannel(SSHChannel):
    """A channel that says at once that the device has closed it."""

    def read_buffer(self) -> str:
        """Return what arrived."""
        conn = self.remote_conn
        if conn is not None and not conn.recv_ready() and (conn.closed or conn.eof_received):
            raise ReadException("Channel stream closed by remote device.")
        return str(super().read_buffer())
