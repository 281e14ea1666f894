"""Which addresses may be reached? Asked at each connection, so that no name, redirect or trick leads elsewhere."""

import ipaddress
import socket
import sys
from collections.abc import Iterable
from typing import Final

from tanteemma.model.problems import Problem, ProblemCode

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_SHARED: Final = ipaddress.ip_network("100.64.0.0/10")


class Guard:
    """Lets only one host be reached, and of private addresses only those of ``networks``."""

    def __init__(self, host: str, networks: Iterable[str]) -> None:
        self._host = plain_host(host)
        self._networks = [ipaddress.ip_network(network, strict=False) for network in networks]
        #: why something was refused: the libraries between wrap what is raised
        self.refused: Problem | None = None

    def install(self) -> None:
        """From now on every connection of this process is checked; it cannot be undone."""
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.getaddrinfo":
            self._check_name(arguments[0])
        elif event in {"socket.connect", "socket.sendto"}:
            self._check_connection(arguments[1])
        elif event in {"socket.gethostbyname", "socket.gethostbyaddr"}:
            self._check_name(arguments[0])
        elif event in {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"}:
            self._refuse("process")

    def _check_name(self, name: object) -> None:
        said = name.decode("ascii", "replace") if isinstance(name, bytes) else str(name or "")
        if plain_host(said) != self._host:
            self._refuse(said)

    def _check_connection(self, target: object) -> None:
        if isinstance(target, tuple):
            self.check(str(target[0]))
        elif not self._allows(ipaddress.ip_address("127.0.0.1")):
            self._refuse(str(target))

    def check(self, address: str) -> None:
        """Raise Problem PULL_ADDRESS for an address that must not be reached."""
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            self._refuse(address)
            return
        if not self._allows(found):
            self._refuse(address)

    def addresses(self, port: int) -> list[str]:
        """The addresses of the host, all of them allowed. Raises Problem PULL_ADDRESS, PULL_UNREACHABLE."""
        try:
            found = socket.getaddrinfo(self._host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise Problem(ProblemCode.PULL_UNREACHABLE, status=502, value=self._host) from error
        addresses = [str(one[4][0]) for one in found]
        for one in addresses:
            self.check(one)
        return addresses

    def _allows(self, address: Address) -> bool:
        inner = inner_address(address)
        return all(is_public(one) or any(one in network for network in self._networks) for one in {address, inner})

    def _refuse(self, address: str) -> None:
        self.refused = Problem(ProblemCode.PULL_ADDRESS, status=422, value=address[:200] or self._host)
        raise self.refused


def plain_host(host: str) -> str:
    """A host name as names are compared: small letters, without the last dot, umlauts as the name service writes them.

    >>> plain_host("Bücher.example.")
    'xn--bcher-kva.example'
    """
    try:
        return host.rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError:
        return host.rstrip(".").lower()


def inner_address(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for (mapped, 6to4, Teredo, NAT64), else the address itself.

    >>> inner_address(ipaddress.ip_address("::ffff:127.0.0.1"))
    IPv4Address('127.0.0.1')
    """
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or 1 < int(address) < 1 << 32:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    """Is this an address of the open internet?

    >>> is_public(ipaddress.ip_address("169.254.169.254"))
    False
    """
    if isinstance(address, ipaddress.IPv4Address) and address in _SHARED:
        return False
    mapped = inner_address(address)
    if mapped != address:
        return is_public(mapped)
    return address.is_global and not address.is_multicast
