"""The quantiles of windows are within 1 % of the values' own, whatever was added and taken out."""

from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.sketches import sketch_of
from streams.domain.windows.figures import Figures
from streams.domain.windows.saying import window_of

values = st.just(0.0) | st.floats(1e-6, 1e9)
many = st.lists(values, min_size=1, max_size=60)


def figures_of(given: list[float]) -> Figures:
    figures = Figures(sketched=True)
    figures.take(list(given), 0, 0)
    return figures


@given(many, many, st.lists(values, max_size=20), st.floats(0, 1))
def test_quantiles_of_windows_added_up_are_within_one_percent(
    here: list[float], there: list[float], mistaken: list[float], share: float
) -> None:
    figures = figures_of(here + mistaken)
    figures.take(list(mistaken), 0, 0, -1)
    series = ("first_response", "web", "vip")
    place = (60_000, 0, "")
    sketch = sketch_of(
        window_of(0, place, series, figures), window_of(1, place, series, figures_of(there))
    )
    ordered = sorted(here + there)
    exact = ordered[int(share * (len(ordered) - 1))]
    found = sketch.get_quantile_value(share)
    assert found is not None
    assert abs(found - exact) <= 0.01 * exact * (1 + 1e-9)
    assert sketch.count == len(ordered)


def test_nothing_measured_has_no_quantile() -> None:
    assert sketch_of().get_quantile_value(0.5) is None
