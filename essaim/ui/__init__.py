"""The room `ui`: what every page looks like."""
