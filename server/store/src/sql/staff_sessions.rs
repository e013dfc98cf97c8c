//! Links for logging in, sessions of browsers, tokens of scripts.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Backend, Connection, Executor};
use crate::error::StoreError;
use crate::staff_sessions::{
    ForgetBefore, MOST_LINKS, MOST_SESSIONS, MOST_TOKENS, NewSecret, SecretHash, StaffSessions,
    StaffToken,
};
use crate::value;

#[async_trait]
impl StaffSessions for Backend {
    async fn add_login_link(&self, link: &NewSecret) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query(
            "INSERT INTO login_links (token_sha256, created_at_ms, expires_at_ms)
             VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(link.hash.0.as_slice())
        .bind(ms(link.created_at))
        .bind(ms(link.expires_at))
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "DELETE FROM login_links WHERE token_sha256 NOT IN (
                 SELECT token_sha256 FROM login_links
                 ORDER BY created_at_ms DESC, token_sha256 LIMIT $1
             )",
        )
        .bind(MOST_LINKS)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    async fn begin_session(
        &self,
        link: &SecretHash,
        session: &NewSecret,
    ) -> Result<bool, StoreError> {
        // Strangers send links that are none: they shall not have turns of the one writer.
        if !is_link(self.reader(), link).await? {
            return Ok(false);
        }
        let mut transaction = self.write().await?;
        let used = sqlx::query(
            "UPDATE login_links SET used_at_ms = $2
             WHERE token_sha256 = $1 AND used_at_ms IS NULL AND expires_at_ms > $2",
        )
        .bind(link.0.as_slice())
        .bind(ms(session.created_at))
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        if used == 0 {
            let begun = is_session(&mut *transaction, session).await?;
            transaction.commit().await?;
            return Ok(begun);
        }
        add_session(&mut transaction, session).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn open_session(
        &self,
        token: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let expires_at: Option<i64> = sqlx::query_scalar(
            "SELECT expires_at_ms FROM staff_sessions
             WHERE token_sha256 = $1 AND ended_at_ms IS NULL AND expires_at_ms > $2",
        )
        .bind(token.0.as_slice())
        .bind(ms(now))
        .fetch_optional(self.reader())
        .await?;
        expires_at.map(|at| value::time("the end of a session", at)).transpose()
    }

    async fn end_session(&self, token: &SecretHash, now: Timestamp) -> Result<(), StoreError> {
        // As above: strangers may log out as often as they like.
        if self.open_session(token, now).await?.is_none() {
            return Ok(());
        }
        let mut transaction = self.write().await?;
        sqlx::query(
            "UPDATE staff_sessions SET ended_at_ms = $2
             WHERE token_sha256 = $1 AND ended_at_ms IS NULL",
        )
        .bind(token.0.as_slice())
        .bind(ms(now))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    async fn end_all_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        // Links first: one that is being exchanged meanwhile is gone, or its session is there.
        sqlx::query("DELETE FROM login_links").execute(&mut *transaction).await?;
        let ended = sqlx::query(
            "UPDATE staff_sessions SET ended_at_ms = $1
             WHERE ended_at_ms IS NULL AND expires_at_ms > $1",
        )
        .bind(ms(now))
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        transaction.commit().await?;
        Ok(ended)
    }

    async fn add_staff_token(&self, name: &str, token: &NewSecret) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("DELETE FROM staff_tokens WHERE name = $1 AND expires_at_ms <= $2")
            .bind(name)
            .bind(ms(token.created_at))
            .execute(&mut *transaction)
            .await?;
        let tokens: i64 =
            sqlx::query_scalar("SELECT count(*) FROM staff_tokens WHERE revoked_at_ms IS NULL")
                .fetch_one(&mut *transaction)
                .await?;
        if tokens >= MOST_TOKENS {
            let what = format!("there are {tokens} tokens; revoke some first");
            return Err(StoreError::Invalid { what });
        }
        let added = sqlx::query(
            "INSERT INTO staff_tokens (token_sha256, name, created_at_ms, expires_at_ms)
             VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(token.hash.0.as_slice())
        .bind(name)
        .bind(ms(token.created_at))
        .bind(ms(token.expires_at))
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        if added == 0 && !is_token_of(&mut transaction, &token.hash, name).await? {
            let what = format!("there is a token with the name {name}; revoke it first");
            return Err(StoreError::Invalid { what });
        }
        Ok(transaction.commit().await?)
    }

    async fn staff_tokens(&self) -> Result<Vec<StaffToken>, StoreError> {
        let rows: Vec<(String, i64, i64, Option<i64>)> = sqlx::query_as(
            "SELECT name, created_at_ms, expires_at_ms, revoked_at_ms FROM staff_tokens
             ORDER BY created_at_ms, name, token_sha256",
        )
        .fetch_all(self.reader())
        .await?;
        let time = |ms| value::time("a time of a token", ms);
        let read = |(name, created_at, expires_at, revoked_at): (_, _, _, Option<i64>)| {
            Ok(StaffToken {
                name,
                created_at: time(created_at)?,
                expires_at: time(expires_at)?,
                revoked_at: revoked_at.map(time).transpose()?,
            })
        };
        rows.into_iter().map(read).collect()
    }

    async fn is_staff_token(&self, token: &SecretHash, now: Timestamp) -> Result<bool, StoreError> {
        let is_good = sqlx::query_scalar(
            "SELECT EXISTS (
                 SELECT 1 FROM staff_tokens
                 WHERE token_sha256 = $1 AND revoked_at_ms IS NULL AND expires_at_ms > $2
             )",
        );
        let is_good = is_good.bind(token.0.as_slice()).bind(ms(now));
        Ok(is_good.fetch_one(self.reader()).await?)
    }

    async fn revoke_staff_token(&self, name: &str, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let revoked = sqlx::query(
            "UPDATE staff_tokens SET revoked_at_ms = $2 WHERE name = $1 AND revoked_at_ms IS NULL",
        )
        .bind(name)
        .bind(ms(now))
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        transaction.commit().await?;
        Ok(revoked > 0)
    }

    async fn forget_staff_access(&self, before: &ForgetBefore) -> Result<u64, StoreError> {
        let ForgetBefore { sessions, tokens } = before;
        let mut transaction = self.write().await?;
        let mut gone = 0;
        for (sql, before) in [
            ("DELETE FROM login_links WHERE expires_at_ms < $1", sessions),
            ("DELETE FROM staff_sessions WHERE expires_at_ms < $1", sessions),
            ("DELETE FROM staff_tokens WHERE expires_at_ms < $1 OR revoked_at_ms < $1", tokens),
        ] {
            let deleted = sqlx::query(sql).bind(ms(*before)).execute(&mut *transaction).await?;
            gone += deleted.rows_affected();
        }
        transaction.commit().await?;
        Ok(gone)
    }
}

fn ms(time: Timestamp) -> i64 {
    value::whole_ms(time).as_millisecond()
}

async fn add_session(connection: &mut Connection, session: &NewSecret) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO staff_sessions (token_sha256, created_at_ms, expires_at_ms)
         VALUES ($1, $2, $3)",
    )
    .bind(session.hash.0.as_slice())
    .bind(ms(session.created_at))
    .bind(ms(session.expires_at))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM staff_sessions WHERE token_sha256 NOT IN (
             SELECT token_sha256 FROM staff_sessions
             ORDER BY created_at_ms DESC, token_sha256 LIMIT $1
         )",
    )
    .bind(MOST_SESSIONS)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether there was ever such a link; it may be used up or have expired.
async fn is_link(executor: impl Executor<'_>, link: &SecretHash) -> Result<bool, StoreError> {
    let exists =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM login_links WHERE token_sha256 = $1)");
    Ok(exists.bind(link.0.as_slice()).fetch_one(executor).await?)
}

async fn is_session(executor: impl Executor<'_>, session: &NewSecret) -> Result<bool, StoreError> {
    let exists =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM staff_sessions WHERE token_sha256 = $1)");
    Ok(exists.bind(session.hash.0.as_slice()).fetch_one(executor).await?)
}

async fn is_token_of(
    connection: &mut Connection,
    token: &SecretHash,
    name: &str,
) -> Result<bool, StoreError> {
    let exists = sqlx::query_scalar(
        "SELECT EXISTS (
             SELECT 1 FROM staff_tokens
             WHERE token_sha256 = $1 AND name = $2 AND revoked_at_ms IS NULL
         )",
    );
    Ok(exists.bind(token.0.as_slice()).bind(name).fetch_one(connection).await?)
}
