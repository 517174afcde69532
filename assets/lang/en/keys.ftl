# What is printed on keys.
key-ctrl = Ctrl
key-alt = Alt
key-shift = Shift
key-left = Left
key-right = Right
key-up = Up
key-down = Down
key-home = Home
key-end = End
key-page-up = Page up
key-page-down = Page down
key-delete = Delete
key-backspace = Backspace
key-escape = Esc
key-enter = Enter
key-space = Space
key-tab = Tab
