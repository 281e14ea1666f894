"""What a person sees in the browser: typed views, templates and the texts that go with them."""
