"""errors: three parts, whole after a trip between processes."""

import pickle

import pytest

from pipeline import errors

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.CloseupError)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_survives_pickling(kind):
    error = pickle.loads(pickle.dumps(kind("it is wrong", where="here", fix="Mend it.")))
    assert type(error) is kind
    assert (error.what, error.where, error.fix, str(error)) == ("it is wrong", "here", "Mend it.", "here: it is wrong")
