"""The oracle preserves what the documentation says is preserved."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.generation.oracle import ModelMilestone, ModelProject, ModelTask

DEFAULT = 1


@st.composite
def projects(draw: st.DrawFn) -> ModelProject:
    """Generate projects of up to six milestones and eight tasks."""
    ids = [DEFAULT, *range(2, 2 + draw(st.integers(1, 5)))]
    milestones = {identifier: ModelMilestone(f"title {identifier}", "default") for identifier in ids}
    homes = draw(st.lists(st.tuples(st.sampled_from(ids), st.booleans()), max_size=8))
    tasks = {100 + number: ModelTask(home, archived) for number, (home, archived) in enumerate(homes)}
    return ModelProject(DEFAULT, milestones, tasks)


@given(projects(), st.integers(0, 5))
def test_a_deletion_without_the_flag_loses_no_task(project: ModelProject, which: int) -> None:
    doomed = list(project.milestones)[which % len(project.milestones)]
    before = {task: (model_task.milestone, model_task.archived) for task, model_task in project.tasks.items()}
    outcome = project.delete(doomed, with_tasks=False)

    assert outcome == ("refused" if doomed == DEFAULT else "deleted")
    assert project.tasks.keys() == before.keys()
    for task, (home, archived) in before.items():
        assert project.tasks[task].milestone == (DEFAULT if home == doomed else home)
        assert project.tasks[task].archived == archived


@given(projects(), st.integers(0, 5))
def test_a_deletion_with_the_flag_takes_its_own_tasks_alone(project: ModelProject, which: int) -> None:
    doomed = list(project.milestones)[which % len(project.milestones)]
    spared = {task for task, model_task in project.tasks.items() if model_task.milestone != doomed or doomed == DEFAULT}
    project.delete(doomed, with_tasks=True)

    assert project.tasks.keys() == spared
    assert DEFAULT in project.milestones


@given(projects())
def test_a_reorder_counts_from_one(project: ModelProject) -> None:
    order = sorted(project.milestones, reverse=True)
    project.reorder(order)

    assert [project.milestones[milestone_id].position for milestone_id in order] == list(range(1, len(order) + 1))


@given(projects())
def test_titles_are_taken_by_others_and_not_by_oneself(project: ModelProject) -> None:
    for identifier, milestone in project.milestones.items():
        assert project.refuses_title(milestone.title)
        assert not project.refuses_title(milestone.title, but=identifier)
    assert not project.refuses_title("a title of nobody")


@given(projects())
def test_archived_tasks_may_be_counted_or_not(project: ModelProject) -> None:
    for milestone in project.milestones:
        held = [task for task in project.tasks.values() if task.milestone == milestone]
        assert project.counts(milestone) == {len(held), len([task for task in held if not task.archived])}
