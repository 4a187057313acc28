"""How far the labels can be trusted: measured on gold by writers whom no model has seen."""
