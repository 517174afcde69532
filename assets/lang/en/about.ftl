# What lies over the window: the palette, the shortcuts, About.
close = Close

palette-hint = Find a command
palette-nothing = No command fits.
palette-not-now = not now

shortcuts-title = Keyboard shortcuts
shortcuts-by-menu = menu

about-title = About Cutout
about-what = Cutout removes the background of photos, on your own computer.
about-network-title = Your photos stay here
about-network = Cutout copies nothing to the network. It uses the network for one thing only: to fetch a model, when you ask for it.
about-versions = Versions
about-licences = Licences
about-weights = Weights of { $model }
about-more-licences = Cutout holds more libraries than these. The packages bring the whole list with the texts of all licences, in share/doc/cutout.
