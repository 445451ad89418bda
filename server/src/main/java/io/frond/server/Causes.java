package io.frond.server;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;

/// Why something with a file failed, for people: of the commonest failures the JDK's exceptions
/// name the file alone.
final class Causes {
  private Causes() {}

  static String of(IOException failure) {
    if (!(failure instanceof FileSystemException of) || of.getReason() != null) {
      return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    }
    var why =
        switch (of) {
          case NoSuchFileException _ -> "no such file or directory";
          case AccessDeniedException _ -> "permission denied";
          case NotDirectoryException _ -> "not a directory";
          case FileAlreadyExistsException _ -> "file exists";
          default -> of.getClass().getSimpleName();
        };
    return of.getFile() + ": " + why;
  }
}
