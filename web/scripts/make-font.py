"""Cuts the font of the pages out of Inter: the weights, letters and features that pages wear.

Takes `InterVariable.woff2` of the npm package `inter-ui` 4.1.1; needs `fonttools` and `brotli`.
"""

import io
import sys

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

WEIGHTS = (400, 700)
FEATURES = ["tnum", "zero", "kern", "ccmp", "mark", "mkmk"]
# What stands in columns is as wide as each other; words keep their own hyphens, dots and spaces.
ALIGNED = "zero one two three four five six seven eight nine plus minus less greater approxequal"
# Two versions of Latin, and the signs that pages say.
LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180)]
SIGNS = "\u2009\u200a\u202f‐‑‒–—―‘’‚“”„†‡•…‰′″‹›⁄₀₁₂₃₄₅₆₇₈₉₩€₿™←↑→↓−≈≠≤≥▲▶▼◀●◆★☆"
NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17, 25]


def align(font):
    """Leaves only what stands in columns to the digits of one width."""
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag != "tnum":
            continue
        for index in record.Feature.LookupListIndex:
            for part in table.LookupList.Lookup[index].SubTable:
                kept = {name: part.mapping[name] for name in ALIGNED.split()}
                part.mapping = kept


def main(source, target):
    limited = io.BytesIO()
    limits = {"opsz": 14, "wght": WEIGHTS}
    instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), limits).save(limited)
    font = TTFont(limited, recalcTimestamp=False)
    align(font)
    options = subset.Options(
        flavor="woff2", hinting=False, layout_features=FEATURES, name_IDs=NAMES
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=LETTERS + [ord(sign) for sign in SIGNS])
    cutter.subset(font)
    subset.save_font(font, target, options)


if __name__ == "__main__":
    main(*sys.argv[1:])
