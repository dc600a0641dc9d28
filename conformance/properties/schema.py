"""What the schemas allow, in combinations that nobody would write by hand."""

from conformance.context.property_context import Lab
from conformance.generation.schema_strategies import queries
from conformance.properties.registry import Variety, judges


@judges("list/answers-as-documented", variety=Variety.WIDE)
def whatever_the_schemas_allow_is_listed(lab: Lab) -> None:
    """Type, search, sort, order and limit together, as the contract's schemas have them."""
    project = lab.project()
    lab.milestone(project)
    query = lab.draw(queries(lab.contract, "listMilestones"))
    answer = lab.client.list_milestones({**query, "project_id": project})
    lab.expect("list/answers-as-documented").status(answer, 200)
