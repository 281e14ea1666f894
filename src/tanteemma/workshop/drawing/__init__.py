"""Documents as pictures: what is shown, where each thing stands, and the same drawing as SVG, PDF or slides."""
