/// The tables about people, orders and money. The rules stand here, where no code can forget them.
///
/// SQL that SQLite ≥ 3.40 and PostgreSQL ≥ 15 share: BIGINT milliseconds since 1970 for time, minor units for money, TEXT for
/// ids and digests, SMALLINT 0 or 1 for yes and no. Appended to, never edited.
let shopMigrations = [
    """
    CREATE TABLE learner (
      id TEXT PRIMARY KEY,
      email TEXT UNIQUE,
      name TEXT,
      language TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      confirmed_at BIGINT,
      forgotten_at BIGINT,
      CHECK ((email IS NULL) = (forgotten_at IS NOT NULL)),
      CHECK (forgotten_at IS NULL OR name IS NULL)
    );

    CREATE TABLE session (
      id TEXT PRIMARY KEY,
      digest TEXT NOT NULL UNIQUE,
      learner TEXT NOT NULL REFERENCES learner (id),
      created_at BIGINT NOT NULL,
      last_seen_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      device TEXT NOT NULL,
      proof TEXT NOT NULL CHECK (proof IN ('mail', 'password', 'passkey')),
      proved_at BIGINT NOT NULL
    );
    CREATE INDEX session_learner ON session (learner);
    CREATE INDEX session_expiry ON session (expires_at);

    CREATE TABLE sign_in_code (
      id TEXT PRIMARY KEY,
      purpose TEXT NOT NULL CHECK (purpose IN ('signIn', 'changeEmail', 'resetPassword')),
      email TEXT NOT NULL,
      learner TEXT REFERENCES learner (id),
      code TEXT NOT NULL,
      token TEXT NOT NULL UNIQUE,
      next TEXT,
      language TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      guesses_left SMALLINT NOT NULL CHECK (guesses_left >= 0),
      used_at BIGINT
    );
    CREATE INDEX sign_in_code_email ON sign_in_code (email, purpose);
    CREATE INDEX sign_in_code_learner ON sign_in_code (learner);
    CREATE INDEX sign_in_code_expiry ON sign_in_code (expires_at);

    CREATE TABLE password (
      learner TEXT PRIMARY KEY REFERENCES learner (id),
      hash TEXT NOT NULL,
      changed_at BIGINT NOT NULL
    );

    CREATE TABLE passkey (
      credential TEXT PRIMARY KEY,
      learner TEXT NOT NULL REFERENCES learner (id),
      public_key TEXT NOT NULL,
      counter BIGINT NOT NULL CHECK (counter >= 0),
      name TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      last_used_at BIGINT
    );
    CREATE INDEX passkey_learner ON passkey (learner);

    CREATE TABLE challenge (
      digest TEXT PRIMARY KEY,
      purpose TEXT NOT NULL CHECK (purpose IN ('register', 'signIn')),
      learner TEXT REFERENCES learner (id),
      expires_at BIGINT NOT NULL
    );
    CREATE INDEX challenge_learner ON challenge (learner);
    CREATE INDEX challenge_expiry ON challenge (expires_at);

    CREATE TABLE order_ (
      id TEXT PRIMARY KEY,
      learner TEXT NOT NULL REFERENCES learner (id),
      buyer TEXT NOT NULL,
      attempt TEXT NOT NULL,
      claim TEXT,
      provider TEXT NOT NULL,
      reference TEXT,
      next TEXT,
      total BIGINT NOT NULL CHECK (total >= 0),
      currency TEXT NOT NULL CHECK (length(currency) = 3),
      language TEXT NOT NULL,
      visit TEXT,
      terms TEXT,
      immediate_delivery SMALLINT CHECK (immediate_delivery IN (0, 1)),
      consent_at BIGINT,
      created_at BIGINT NOT NULL,
      state TEXT NOT NULL,
      grants SMALLINT NOT NULL CHECK (grants IN (0, 1)),
      granted_at BIGINT,
      received BIGINT NOT NULL,
      refunded BIGINT NOT NULL,
      asked_at BIGINT,
      UNIQUE (buyer, attempt),
      UNIQUE (provider, reference),
      CHECK (grants = 0 OR granted_at IS NOT NULL),
      CHECK ((terms IS NULL) = (consent_at IS NULL) AND (terms IS NULL) = (immediate_delivery IS NULL))
    );
    CREATE INDEX order_learner ON order_ (learner, grants);
    CREATE INDEX order_claim ON order_ (claim);
    CREATE INDEX order_time ON order_ (created_at, id);
    CREATE INDEX order_state ON order_ (state, created_at);

    CREATE TABLE order_item (
      order_id TEXT NOT NULL REFERENCES order_ (id),
      position SMALLINT NOT NULL,
      course TEXT NOT NULL,
      title TEXT NOT NULL,
      price BIGINT NOT NULL CHECK (price >= 0),
      PRIMARY KEY (order_id, course)
    );
    CREATE INDEX order_item_course ON order_item (course);

    CREATE TABLE fact (
      order_id TEXT NOT NULL REFERENCES order_ (id),
      kind TEXT NOT NULL CHECK (kind IN ('processing', 'failed', 'expired', 'paid', 'refunded', 'dispute')),
      key TEXT NOT NULL,
      payment TEXT NOT NULL,
      status SMALLINT NOT NULL,
      amount BIGINT NOT NULL CHECK (amount >= 0),
      currency TEXT NOT NULL,
      recorded_at BIGINT NOT NULL,
      PRIMARY KEY (order_id, kind, key, payment, status, amount, currency)
    );

    CREATE TABLE payment (
      provider TEXT NOT NULL,
      payment TEXT NOT NULL,
      order_id TEXT NOT NULL REFERENCES order_ (id),
      PRIMARY KEY (provider, payment)
    );
    CREATE INDEX payment_order ON payment (order_id);

    CREATE TABLE inbox (
      provider TEXT NOT NULL,
      notice TEXT NOT NULL,
      body TEXT NOT NULL,
      facts TEXT NOT NULL,
      payment TEXT,
      received_at BIGINT NOT NULL,
      order_id TEXT REFERENCES order_ (id),
      PRIMARY KEY (provider, notice)
    );
    CREATE INDEX inbox_payment ON inbox (provider, payment);
    CREATE INDEX inbox_order ON inbox (order_id);

    CREATE TABLE enrollment (
      learner TEXT NOT NULL REFERENCES learner (id),
      course TEXT NOT NULL,
      source TEXT NOT NULL CHECK (source IN ('byHand', 'imported')),
      since BIGINT NOT NULL,
      until BIGINT,
      revoked_at BIGINT,
      PRIMARY KEY (learner, course)
    );
    CREATE INDEX enrollment_course ON enrollment (course);

    CREATE TABLE outbox (
      key TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      learner TEXT REFERENCES learner (id),
      order_id TEXT REFERENCES order_ (id),
      payload TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      attempts BIGINT NOT NULL,
      next_try_at BIGINT,
      sent_at BIGINT,
      last_error TEXT,
      CHECK (sent_at IS NULL OR next_try_at IS NULL)
    );
    CREATE INDEX outbox_due ON outbox (next_try_at);
    CREATE INDEX outbox_learner ON outbox (learner);
    CREATE INDEX outbox_order ON outbox (order_id);

    CREATE TABLE alert (
      key TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      order_id TEXT REFERENCES order_ (id),
      detail TEXT NOT NULL,
      raised_at BIGINT NOT NULL,
      seen_at BIGINT
    );
    CREATE INDEX alert_order ON alert (order_id);
    """,
    """
    CREATE TABLE asked_refund (
      key TEXT PRIMARY KEY,
      order_id TEXT NOT NULL REFERENCES order_ (id),
      payment TEXT NOT NULL,
      amount BIGINT NOT NULL CHECK (amount > 0),
      currency TEXT NOT NULL CHECK (length(currency) = 3),
      asked_at BIGINT NOT NULL,
      ended_at BIGINT
    );
    CREATE INDEX asked_refund_order ON asked_refund (order_id);
    CREATE UNIQUE INDEX asked_refund_open ON asked_refund (order_id) WHERE ended_at IS NULL;
    """,
    """
    ALTER TABLE outbox ADD COLUMN dropped_at BIGINT CHECK (dropped_at IS NULL OR (sent_at IS NULL AND next_try_at IS NULL));
    UPDATE outbox SET dropped_at = created_at WHERE last_error = 'address corrected' AND sent_at IS NULL AND next_try_at IS NULL;
    """,
    """
    UPDATE outbox SET payload = '{}' WHERE order_id IS NULL AND next_try_at IS NULL;
    UPDATE order_ SET buyer = 'forgotten:' || id WHERE learner IN (SELECT id FROM learner WHERE forgotten_at IS NOT NULL);
    """,
    """
    CREATE TABLE coupon (
      code TEXT PRIMARY KEY,
      percent SMALLINT CHECK (percent BETWEEN 1 AND 100),
      amount BIGINT CHECK (amount > 0),
      currency TEXT CHECK (length(currency) = 3),
      use_limit BIGINT CHECK (use_limit > 0),
      learner_limit BIGINT CHECK (learner_limit > 0),
      starts_at BIGINT,
      ends_at BIGINT,
      created_at BIGINT NOT NULL,
      ended_at BIGINT,
      CHECK ((percent IS NULL) <> (amount IS NULL)),
      CHECK ((amount IS NULL) = (currency IS NULL))
    );
    CREATE TABLE coupon_course (
      coupon TEXT NOT NULL REFERENCES coupon (code),
      course TEXT NOT NULL,
      PRIMARY KEY (coupon, course)
    );
    CREATE TABLE coupon_use (
      order_id TEXT PRIMARY KEY REFERENCES order_ (id),
      coupon TEXT NOT NULL REFERENCES coupon (code),
      learner TEXT NOT NULL REFERENCES learner (id),
      reserved_at BIGINT NOT NULL,
      released_at BIGINT
    );
    CREATE INDEX coupon_use_coupon ON coupon_use (coupon, released_at);
    CREATE INDEX coupon_use_learner ON coupon_use (learner);
    ALTER TABLE order_ ADD COLUMN coupon TEXT REFERENCES coupon (code);
    ALTER TABLE order_ ADD COLUMN discount BIGINT CHECK (discount > 0);
    """,
    """
    ALTER TABLE asked_refund ADD COLUMN course TEXT;
    ALTER TABLE order_item ADD COLUMN closed SMALLINT NOT NULL DEFAULT 0 CHECK (closed IN (0, 1));
    CREATE TABLE course_refund (
      order_id TEXT NOT NULL,
      key TEXT NOT NULL,
      course TEXT NOT NULL,
      payment TEXT NOT NULL,
      amount BIGINT NOT NULL CHECK (amount >= 0),
      currency TEXT NOT NULL CHECK (length(currency) = 3),
      status SMALLINT NOT NULL,
      recorded_at BIGINT NOT NULL,
      PRIMARY KEY (order_id, key, status),
      FOREIGN KEY (order_id, course) REFERENCES order_item (order_id, course)
    );
    """,
    """
    ALTER TABLE course_refund ADD COLUMN reference TEXT;
    """,
    """
    ALTER TABLE payment ADD COLUMN country TEXT CHECK (length(country) = 2);
    CREATE TABLE payment_fee (
      provider TEXT NOT NULL,
      key TEXT NOT NULL,
      payment TEXT NOT NULL,
      about TEXT NOT NULL CHECK (about IN ('payment', 'refund', 'dispute')),
      amount BIGINT NOT NULL,
      currency TEXT NOT NULL CHECK (length(currency) = 3),
      recorded_at BIGINT NOT NULL,
      PRIMARY KEY (provider, key),
      FOREIGN KEY (provider, payment) REFERENCES payment (provider, payment)
    );
    CREATE INDEX payment_fee_payment ON payment_fee (provider, payment);
    """,
    """
    ALTER TABLE order_ ADD COLUMN product TEXT;
    ALTER TABLE order_ ADD COLUMN product_title TEXT CHECK ((product IS NULL) = (product_title IS NULL));
    """,
    """
    ALTER TABLE order_ ADD COLUMN seats BIGINT NOT NULL DEFAULT 0 CHECK (seats >= 0);
    ALTER TABLE order_ ADD COLUMN note TEXT;
    ALTER TABLE order_ ADD COLUMN invitation TEXT CHECK ((invitation IS NULL) = (seats = 0));
    ALTER TABLE order_ ADD COLUMN invitation_edition BIGINT NOT NULL DEFAULT 0;
    CREATE UNIQUE INDEX order_invitation ON order_ (invitation);
    CREATE TABLE seat (
      order_id TEXT NOT NULL REFERENCES order_ (id),
      number BIGINT NOT NULL CHECK (number > 0),
      learner TEXT NOT NULL REFERENCES learner (id),
      taken_at BIGINT NOT NULL,
      PRIMARY KEY (order_id, number),
      UNIQUE (order_id, learner)
    );
    CREATE INDEX seat_learner ON seat (learner);
    """,
    """
    ALTER TABLE order_ ADD COLUMN months SMALLINT NOT NULL DEFAULT 0 CHECK (months >= 0 AND (months = 0 OR (product IS NOT NULL AND seats = 0)));
    """,
]
