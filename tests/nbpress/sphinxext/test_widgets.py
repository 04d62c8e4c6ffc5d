"""The saved state of widgets."""

import pytest

from nbpress.sphinxext.widgets import STATE, saved_outputs


def model(name, **state):
    return {"model_name": name, "state": state}


def saved(states, model_id="top"):
    return saved_outputs({"widgets": {STATE: {"state": states}}}, {"model_id": model_id})


def test_a_progress_bar_shows_its_last_texts():
    states = {
        "top": model("HBoxModel", children=["IPY_MODEL_a", "IPY_MODEL_b", "IPY_MODEL_c"]),
        "a": model("HTMLModel", value="100%"),
        "b": model("FloatProgressModel", value=10.0),
        "c": model("HTMLModel", value="10/10 [00:01]"),
    }
    assert [output["data"] for output in saved(states)] == [{"text/html": "100% 10/10 [00:01]"}]


def test_outputs_that_a_widget_captured():
    output = {"output_type": "stream", "name": "stdout", "text": "x"}
    states = {"top": model("VBoxModel", children=["IPY_MODEL_o"]), "o": model("OutputModel", outputs=[output])}
    assert saved(states) == [output]


def test_widgets_that_hold_each_other():
    assert saved({"top": model("BoxModel", children=["IPY_MODEL_top"])}) == []


@pytest.mark.parametrize("metadata", [{}, {"widgets": None}, {"widgets": {STATE: {"state": {"top": {}}}}}])
def test_nothing_is_saved(metadata):
    assert saved_outputs(metadata, {"model_id": "top"}) == []
