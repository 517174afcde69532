# Was auf den Tasten steht.
key-ctrl = Strg
key-alt = Alt
key-shift = Umschalt
key-left = Links
key-right = Rechts
key-up = Auf
key-down = Ab
key-home = Pos1
key-end = Ende
key-page-up = Bild auf
key-page-down = Bild ab
key-delete = Entf
key-backspace = Rücktaste
key-escape = Esc
key-enter = Eingabe
key-space = Leertaste
key-tab = Tab
