//! What went wrong, as whoever asked is told.

use killwire_delivery::ProfileFault;
use killwire_store::{ListError, ProfileError, StoreError};
use killwire_surveillance::profiles::ProfilesError;
use killwire_surveillance::text::{self, Span};

/// Places that are shown with their lines, at most.
const MOST_SHOWN: usize = 5;

/// The fault that `error` is where nothing was written.
pub(super) fn plain(error: ProfilesError) -> ProfileFault {
    of(error, None)
}

/// The fault that the store's error is.
#[allow(clippy::needless_pass_by_value, reason = "so that it maps errors")]
pub(super) fn store(error: StoreError) -> ProfileFault {
    ProfileFault::Unavailable(error.to_string())
}

/// The fault that `error` is to whoever wrote `written`; none where that has no lines.
pub(super) fn of(error: ProfilesError, written: Option<&str>) -> ProfileFault {
    let message = error.to_string();
    match error {
        ProfilesError::Syntax(error) => ProfileFault::Invalid {
            message,
            line: Some(error.line),
            column: Some(error.column),
            shown: Some(error.excerpt()),
        },
        ProfilesError::Names(places) => {
            let spans: Vec<Span> = places.iter().filter_map(|place| place.span).collect();
            at(message, &spans, written)
        }
        ProfilesError::NoList { span, .. } => at(message, span.as_slice(), written),
        ProfilesError::Private | ProfilesError::List(ListError::NotOwner(_)) => {
            ProfileFault::Forbidden(message)
        }
        ProfilesError::Json(_) | ProfilesError::Compile(_) | ProfilesError::List(_) => {
            ProfileFault::invalid(message)
        }
        ProfilesError::Profile(ProfileError::NameTaken(_)) | ProfilesError::ListInUse { .. } => {
            ProfileFault::Conflict(message)
        }
        ProfilesError::Profile(_) => ProfileFault::invalid(message),
        ProfilesError::Unreachable(_) | ProfilesError::Store(_) | ProfilesError::Background(_) => {
            ProfileFault::Unavailable(message)
        }
    }
}

/// Not understood at these places of what was written.
fn at(message: String, spans: &[Span], written: Option<&str>) -> ProfileFault {
    let shown = |written: &str| {
        let excerpts: Vec<String> = (spans.iter().take(MOST_SHOWN))
            .map(|span| text::excerpt(written, *span))
            .collect();
        excerpts.join("\n")
    };
    ProfileFault::Invalid {
        message,
        line: spans.first().map(|span| span.line),
        column: spans.first().map(|span| span.column),
        shown: written.filter(|_| !spans.is_empty()).map(shown),
    }
}
