"""Send what the schemas allow, in combinations that nobody would write by hand."""

from conformance.context.property_context import PropertyContext
from conformance.generation.strategies import queries
from conformance.properties.registry import Examples, judges


@judges("list/answers-as-documented", examples=Examples.SCHEMA)
def whatever_the_schemas_allow_is_listed(context: PropertyContext) -> None:
    """Type, search, sort, order and limit together, as the contract's schemas have them."""
    project = context.project()
    query = context.draw(queries(context.contract, "listMilestones"))
    answer = context.client.list_milestones({**query, "project_id": project})
    context.expect("list/answers-as-documented").status(answer, 200)
