"""Signing in through an OpenID Connect provider (ProConnect, or the authority's own), when the settings name one."""
