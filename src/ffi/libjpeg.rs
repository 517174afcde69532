//! What libjpeg warns of.

use mozjpeg_sys::{J_MESSAGE_CODE, jpeg_common_struct};

/// The number of the message that libjpeg is about to tell. For callbacks of its error manager.
pub fn libjpeg_message(picture: &jpeg_common_struct) -> J_MESSAGE_CODE {
    // SAFETY: libjpeg sets the manager before it calls it, and keeps it for as long as the picture;
    // where there is none, there is no message.
    unsafe { picture.err.as_ref() }.map_or(0, |manager| manager.msg_code as J_MESSAGE_CODE)
}
