"""What fails in the helpers is shown as it is in a test."""

import pytest

pytest.register_assert_rewrite("project")
