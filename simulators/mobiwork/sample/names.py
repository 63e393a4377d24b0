"""Names that belong to nobody: made from parts, none taken from real people or companies."""

from itertools import islice, product
from random import Random


def listed(text: str) -> tuple[str, ...]:
    """The names in a text, separated by bars; line breaks do not matter."""
    return tuple(name.strip() for name in text.split("|"))


FIRST = listed(
    """Ada|Alma|Amos|Beth|Bram|Cal|Cora|Dale|Della|Edie|Elmo|Enid|Esme|Finn|Flora|Gus|Hattie|Hugo|
    Ida|Iris|Jude|June|Kip|Lena|Lyle|Mabel|Milo|Nell|Nico|Olive|Orla|Otis|Pearl|Quin|Remy|Rosa|
    Rufus|Sage|Selma|Silas|Tess|Theo|Una|Vera|Wade|Willa|Xena|Yuri|Zara|Zeke"""
)
_SURNAME_STARTS = listed(
    """Amber|Bramble|Cinder|Copper|Dapple|Ember|Feather|Gander|Hazel|Heather|Juniper|Kettle|
    Lantern|Marrow|Nettle|Otter|Pebble|Quill|Rowan|Saffron|Sorrel|Tansy|Thistle|Umber|Violet|
    Willow|Yarrow"""
)
_SURNAME_ENDS = listed(
    "bank|bourne|brook|cliff|combe|croft|dale|fell|garth|holm|ley|mere|stead|wick"
)
_BUSINESS_STARTS = listed(
    """Amberline|Bayleaf|Birchway|Blue Heron|Bright Anchor|Brookside|Cedar Point|Clearwater|
    Copper Kettle|Crosswind|Daybreak|Driftwood|Eastlake|Fairmead|Foxglove|Garnet|Goldfinch|Granite|
    Greenbriar|Harbor View|Highmark|Hillcrest|Ironwood|Juniper|Keystone|Lakeshore|Lantern|
    Maple Grove|Meadowlark|Millrace|Moonrise|Northgate|Old Orchard|Palmetto|Pinecone|Quarry|
    Redwing|Ridgeway|Riverbend|Sandpiper|Silver Birch|Southwind|Stonebridge|Sunfield|Tidewater|
    Timberline|Valley Oak|Westbrook|Whitecap|Wildrose|Windmill"""
)
_TRADES = listed(
    """Animal Clinic|Auto Repair|Bakery|Bookshop|Brewing Co.|Cafe|Car Wash|Daycare|Dental|Diner|
    Dry Cleaners|Event Hall|Eye Care|Fitness|Florists|Food Market|Furniture|Gallery|Hardware|Hotel|
    Kennels|Law Office|Laundry|Nursery|Pharmacy|Physical Therapy|Preschool|Print Shop|
    Property Management|Realty|Salon|Self Storage|Tavern|Theater|Tire & Lube|Warehouse"""
)
_ENDINGS = ("", "", " Inc.", " LLC", " Group", " & Sons", " Partners")

# The names that software stumbles over: apostrophes, ampersands, accents, quotes, near twins.
SPECIAL_BUSINESSES = (
    "Fern & Finch Florists",
    "O'Larkin's Bakery",
    "Café Zénith",
    "Northgate Animal Clinic",
    "Northgate Animal Clinic LLC",
    'The "Corner" Tavern',
    "Smörgås Deli & Söhne",
)
SPECIAL_PEOPLE = (
    ("Renée", "Brambleford"),
    ("Siobhán", "O'Quillmere"),
    ("Íñigo", "Nettlecroft-Peña"),
    ("D'Arcy", "Thistledale"),
)


def businesses(rng: Random, count: int) -> list[str]:
    """So many different company names, the awkward ones first."""
    pairs = list(product(_BUSINESS_STARTS, _TRADES))
    rng.shuffle(pairs)
    made = [f"{start} {trade}{rng.choice(_ENDINGS)}" for start, trade in pairs]
    return _enough([*SPECIAL_BUSINESSES, *made], count)


def _enough(names: list[str], count: int) -> list[str]:
    """Take names in turn; once all are used, number the branches."""
    different = list(dict.fromkeys(names))
    rounds = range(count // len(different) + 1)
    numbered = (
        f"{name} #{turn + 1}" if turn else name for turn, name in product(rounds, different)
    )
    return list(islice(numbered, count))


def people(rng: Random, count: int) -> list[tuple[str, str]]:
    """So many different people, the awkward names first."""
    surnames = [start + end for start, end in product(_SURNAME_STARTS, _SURNAME_ENDS)]
    pairs = list(product(FIRST, surnames))
    rng.shuffle(pairs)
    made = [*SPECIAL_PEOPLE, *pairs]
    numbered = (
        (first, f"{last} {turn + 1}" if turn else last)
        for turn in range(count // len(made) + 1)
        for first, last in made
    )
    return list(islice(numbered, count))
