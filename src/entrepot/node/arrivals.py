"""How connections arrive at the ports of a process, as its settings say: TLS, trusted proxies, and where they
announce their callers.
"""

from pathlib import Path

from entrepot.device.families import PORTS
from entrepot.http.forwarded import Forwarding
from entrepot.net.arriving import Arriving
from entrepot.net.certificate import ServerCertificate
from entrepot.net.trusted import TrustedProxies
from entrepot.settings import BadSetting, Settings

HTTP, OPERATORS, MQTT, MQTTS = "http", "operators", "mqtt", "mqtts"
_NAMES = (HTTP, MQTT, MQTTS, *PORTS)


class Arrivals:
    """The certificate and the trusted proxies of a process; both can be changed while it runs."""

    def __init__(self, settings: Settings) -> None:
        """Raises: BadSetting, BadCertificate."""
        self.proxies = TrustedProxies()
        self.trust(settings)
        self.forwarding = Forwarding(self.proxies, settings.forwarded_by)
        self.certificate = _certificate(settings)
        self._device_tls, self._announced = settings.device_tls, settings.proxy_protocol
        self._patience_s = settings.header_timeout_s
        if unknown := sorted({*self._announced} - {*_NAMES}):
            raise BadSetting(f"proxy_protocol holds {', '.join(unknown)}; there are: {', '.join(_NAMES)}.")
        if self._announced and not self.proxies:
            raise BadSetting("proxy_protocol needs trusted_proxies: whose headers are they?")
        if HTTP in self._announced and settings.operators_port is None:
            raise BadSetting(
                "proxy_protocol of http needs an operators_port: commands on this machine announce nobody."
            )
        if self._device_tls == "required" and self.certificate is None:
            raise BadSetting("device_tls=required needs a tls_certificate.")

    @staticmethod
    def check_trusted(settings: Settings) -> None:
        """Raises: BadSetting."""
        try:
            TrustedProxies(settings.trusted_proxies)
        except ValueError as error:
            raise BadSetting(f"trusted_proxies are CIDR networks, such as 10.0.0.0/8: {error}.") from error

    def trust(self, settings: Settings) -> None:
        """Trust the proxies of these settings from now on, and no others. Raises: BadSetting."""
        self.check_trusted(settings)
        self.proxies.trust(settings.trusted_proxies)

    def reload_certificate(self) -> None:
        """Read the certificate again, if there is one."""
        if self.certificate is not None:
            self.certificate.reload()

    def at(self, port: str) -> Arriving:
        """Return how connections arrive at `http`, `operators`, `mqtt`, `mqtts`, or the port of a family."""
        tls, plain = self._tls(port)
        return Arriving(
            name=port,
            proxies=self.proxies,
            announced=port in self._announced,
            certificate=self.certificate if tls else None,
            plain=plain,
            patience_s=self._patience_s,
        )

    @property
    def device_tls(self) -> bool:
        """Whether the ports of families speak TLS."""
        return self.certificate is not None and self._device_tls != "off"

    async def watch(self) -> None:
        """Until cancelled: read the certificate again when its files change."""
        if self.certificate is not None:
            await self.certificate.watch()

    def _tls(self, port: str) -> tuple[bool, bool]:
        """Return (whether TLS is spoken, whether what is plain gets in) if there is a certificate. Programs
        on this machine ask the operators' port plainly.
        """
        rules = {
            HTTP: (True, False), OPERATORS: (True, True), MQTT: (False, True), MQTTS: (True, False),
        }  # fmt: skip
        return rules.get(port, (self._device_tls != "off", self._device_tls != "required"))


def _certificate(settings: Settings) -> ServerCertificate | None:
    """Raises: BadSetting, BadCertificate."""
    if not settings.tls_certificate:
        if settings.tls_key:
            raise BadSetting("tls_key needs a tls_certificate.")
        return None
    key = Path(settings.tls_key) if settings.tls_key else None
    return ServerCertificate(Path(settings.tls_certificate), key)
