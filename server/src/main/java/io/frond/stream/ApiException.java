package io.frond.stream;

/// A request that is refused, with the error that the API answers.
public final class ApiException extends Exception {
  private final transient ApiError error;

  public ApiException(ApiError error) {
    super(error.text(), null, false, false);
    this.error = error;
  }

  public ApiException(ApiErrorCode code, Object... values) {
    this(code.with(values));
  }

  public ApiError error() {
    return error;
  }
}
