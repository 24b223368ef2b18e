"""The first hour: what a project has, its first story, and a look at its pages."""
