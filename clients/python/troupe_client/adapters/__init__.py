"""Agent frameworks on Troupe, a file each.

The frameworks do what they do in their own process, as before; Troupe says when. Where no node
helps, a framework goes on by itself, with a warning.
"""
