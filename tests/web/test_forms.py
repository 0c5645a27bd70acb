"""What was typed comes back, and each mistake stands at its field in plain words."""

from datetime import date
from decimal import Decimal

from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from referral.web import forms
from referral.web.forms import FormState


class Line(Schema):
    units = fields.Integer(required=True)


class Sample(Schema):
    name = fields.String(required=True)
    born_on = fields.Date(data_key="born_on")
    lines = fields.List(fields.Nested(Line))


def refused(values: dict) -> FormState:
    try:
        Sample().load(values)
    except ValidationError as error:
        return FormState(values, error.normalized_messages())
    raise AssertionError("The schema took it.")


def test_three_inputs_of_a_date_come_back_as_one_field():
    form = MultiDict([("born_on.month", "4"), ("born_on.day", "8"), ("born_on.year", "1986")])
    assert forms.typed(form) == {"born_on": "1986-04-08"}


def test_an_empty_date_is_no_answer_and_half_a_date_is_a_mistake():
    empty = forms.typed(MultiDict([("born_on.month", ""), ("born_on.day", ""), ("born_on.year", "")]))
    assert forms.answers(empty) == {}
    half = forms.typed(
        MultiDict([("name", "A"), ("born_on.month", "4"), ("born_on.day", ""), ("born_on.year", "1986")])
    )
    assert refused(half).error("born_on") == "Write a real date: month, day and year."


def test_a_date_typed_wrong_is_shown_as_it_was_typed():
    assert FormState({"born_on": "1986-13-04"}).date_parts("born_on") == ("1986", "13", "4")


def test_names_that_end_in_brackets_hold_several_choices():
    form = MultiDict([("needs[]", "food"), ("needs[]", "housing"), ("csrf_token", "x")])
    assert forms.typed(form) == {"needs": ["food", "housing"]}


def test_spaces_are_dropped_and_empty_fields_are_not_answers_but_a_password_stays_as_typed():
    typed = {"name": "  Ana ", "note": "   ", "needs": ["", "food"], "password": " a b "}
    assert forms.answers(typed) == {"name": "Ana", "needs": ["food"], "password": " a b "}


def test_mistakes_are_said_plainly_at_their_field():
    assert refused({}).errors == {"name": "This is needed."}
    assert refused({"name": "A", "lines": [{"units": "x"}]}).errors == {"lines.0.units": "Write a whole number."}


def test_a_choice_that_is_not_in_the_list_is_refused_without_reading_out_its_codes():
    state = FormState({"need": "gold"}, {"need": ["Must be one of: food-insecurity, housing-instability."]})
    assert state.error("need") == "Choose one from the list."


def test_bounds_are_said_as_a_person_would():
    told = {
        "minutes": ["Must be greater than or equal to 1 and less than or equal to 1440."],
        "amount": ["Must be greater than 0."],
    }
    assert FormState({}, told).errors == {"minutes": "Write a number from 1 to 1440.", "amount": "Write more than 0."}


def test_before_anything_was_typed_a_field_shows_what_is_known():
    form = FormState()
    assert form.value("amount", Decimal("10.50")) == "10.50"
    assert form.date_parts("born_on", date(1986, 4, 8)) == ("1986", "4", "8")
    assert form.chosen("needs", ("food",)) == ["food"]
    assert form.value("name", None) == ""


def test_after_a_mistake_an_unchecked_box_stays_unchecked():
    form = FormState({"name": ""}, {"name": ["Missing data for required field."]})
    assert form.value("can_text", True) == ""
    assert form.chosen("needs", ["food"]) == []


def test_every_field_has_an_id_that_a_link_can_name():
    assert forms.field_id("lines.0.units") == "field-lines-0-units"
    assert forms.field_id("needs[]") == "field-needs"
