"""Check digits of numbers that people are known by: what passes one is hardly anything else.

Each function takes the number without its separators and answers whether its check holds. Facts: ISO 7812 (cards,
Luhn), ISO 13616 (IBAN, mod 97), and the public rules of each country's identity and tax numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_DNI: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_ODD: Final = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16,
         10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip

IBAN_LENGTHS: Final = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "TR": 26, "UA": 29, "BR": 29, "SA": 24, "AE": 23, "IL": 23,
}  # fmt: skip
"""How many letters and digits an account number of a country has (SWIFT's IBAN registry)."""


def is_card(number: str) -> bool:
    """A payment card, 13 to 19 digits."""
    if not 13 <= len(number) <= 19 or len(set(number)) == 1:
        return False
    total = 0
    for place, char in enumerate(reversed(number)):
        digit = int(char) * (1 + place % 2)
        total += digit - 9 * (digit > 9)
    return total % 10 == 0


def is_iban(number: str) -> bool:
    """An international bank account number."""
    number = number.upper()
    if not 15 <= len(number) <= 34 or not number[:2].isalpha() or not number[2:4].isdecimal():
        return False
    return int("".join(str(int(char, 36)) for char in number[4:] + number[:4])) % 97 == 1


def is_german_tax(number: str) -> bool:
    """Steuer-Identifikationsnummer, 11 digits."""
    product = 10
    for char in number[:10]:
        total = (int(char) + product) % 10 or 10
        product = total * 2 % 11
    return number[0] != "0" and (11 - product) % 10 == int(number[10])


def is_pesel(number: str) -> bool:
    """Polish identity number, 11 digits with a birthday in front."""
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
    is_day = 1 <= int(number[2:4]) % 20 <= 12 and 1 <= int(number[4:6]) <= 31
    return is_day and not sum(int(char) * weight for char, weight in zip(number, weights, strict=True)) % 10


def is_bsn(number: str) -> bool:
    """Dutch citizen number, 9 digits."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return not sum(int(char) * weight for char, weight in zip(number, weights, strict=True)) % 11


def is_french_nir(number: str) -> bool:
    """French social security number, 15 digits."""
    return number[0] in "123478" and 97 - int(number[:13]) % 97 == int(number[13:])


def is_swiss_ahv(number: str) -> bool:
    """Swiss social security number, 13 digits from 756 on."""
    total = sum(int(char) * (1 + 2 * (place % 2)) for place, char in enumerate(number[:12]))
    return number.startswith("756") and -total % 10 == int(number[12])


def is_nhs(number: str) -> bool:
    """British NHS number, 10 digits."""
    total = sum(int(char) * (10 - place) for place, char in enumerate(number[:9]))
    return (11 - total % 11) % 11 == int(number[9])


def is_dni(number: str) -> bool:
    """Spanish DNI or NIE: 8 places and a letter."""
    number = number.upper()
    digits = number[:8].translate(str.maketrans("XYZ", "012"))
    return digits.isdecimal() and _DNI[int(digits) % 23] == number[8]


def is_codice_fiscale(number: str) -> bool:
    """Italian tax code, 16 letters and digits."""
    number = number.upper()
    total = sum(_ODD[char] for char in number[:15:2])
    total += sum(int(char) if char.isdecimal() else ord(char) - 65 for char in number[1:15:2])
    return chr(65 + total % 26) == number[15]


BY_LENGTH: Final[dict[int, tuple[Callable[[str], bool], ...]]] = {
    9: (is_bsn,), 10: (is_nhs,), 11: (is_german_tax, is_pesel), 13: (is_swiss_ahv,), 15: (is_french_nir,),
}  # fmt: skip
"""Identity numbers of digits alone, by how many they have."""


def is_identity(number: str) -> bool:
    """Any of them."""
    return len(set(number)) > 1 and any(check(number) for check in BY_LENGTH.get(len(number), ()))
