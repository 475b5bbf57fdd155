"""Why an address is not valid, in plain words, and what was probably meant. No DNS, no network."""

from playbook.address.folding import fold
from playbook.address.reading import AddressReading, Finding, check_address
from playbook.address.slips import probable_addresses, probable_domain

__all__ = [
    "AddressReading",
    "Finding",
    "check_address",
    "fold",
    "probable_addresses",
    "probable_domain",
]
