"""What this version of schemathesis cannot read of a document, and how it made a request up."""


def without_rows(schema):
    """It writes `prefixItems` in a way that its own validator refuses.

    What stands at which place of a row is checked by the tests of the gateway; here each place may be any of them.
    """
    if isinstance(schema, list):
        return [without_rows(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    rewritten = {name: without_rows(each) for name, each in schema.items()}
    places = rewritten.pop("prefixItems", None)
    if places is not None:
        rewritten["items"] = {"anyOf": places}
        rewritten["maxItems"] = len(places)
    return rewritten


def is_well_formed(case):
    return case.meta is not None and case.meta.generation.mode.is_positive
