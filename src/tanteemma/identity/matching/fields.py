"""What a record says of a person, in the words of this house."""

from enum import StrEnum


class Field(StrEnum):
    """What a column of person records can say.

    ``ID`` names a person or subject that is known already: it is kept, never compared. ``NUMBER`` is a number that one person
    has for life (insurance, tax), so not the number of a customer account, which every duplicate has anew.
    """

    ID = "id"
    GIVEN = "given_name"
    FAMILY = "family_name"
    NAME = "full_name"
    BIRTH = "birth_date"
    STREET = "street"
    HOUSE = "house_number"
    EXTRA = "address_extra"
    POSTCODE = "postcode"
    CITY = "city"
    REGION = "region"
    PHONE = "phone"
    EMAIL = "email"
    COMPANY = "company"
    NUMBER = "person_number"
