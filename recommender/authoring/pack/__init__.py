"""The review pack: the permissions that could do most harm, one card each, and the answers that come back."""
