//! The guard before routes: lets through who may, and says to the others why not.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

use super::{Access, Carried, Needs};
use crate::Shared;
use crate::error::ApiError;

#[derive(Clone)]
struct Guard {
    access: Access,
    needs: Needs,
    carried: Carried,
}

impl Access {
    /// `routes`, for those only who have what they need. Each request that passes has its
    /// [`super::Pass`] as an extension.
    pub(crate) fn guard(
        &self,
        needs: Needs,
        carried: Carried,
        routes: Router<Arc<Shared>>,
    ) -> Router<Arc<Shared>> {
        let access = self.clone();
        let guard = Guard {
            access,
            needs,
            carried,
        };
        routes.route_layer(from_fn_with_state(guard, check))
    }
}

async fn check(
    State(guard): State<Guard>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (mut head, body) = request.into_parts();
    let secret = guard.carried.of(&head);
    let pass = guard.access.allow(guard.needs, secret.as_deref()).await?;
    drop(secret);
    head.extensions.insert(pass);
    Ok(next.run(Request::from_parts(head, body)).await)
}
