"""Articles that authors draft, editors publish and readers discuss."""
