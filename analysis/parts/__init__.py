"""Parts of the detail of a service's year: one module each."""
