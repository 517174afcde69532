notice-dismiss = Dismiss
notice-show-folder = Show folder
notice-save-elsewhere = Save elsewhere…
notice-found-nothing = No photos were found in { $folder }.
notice-gpu-lost = { $device } is no longer used: { $why }. The CPU goes on.
notice-allocator-refused = The allocator takes no such: { $why }.
