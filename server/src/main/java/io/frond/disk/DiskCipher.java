package io.frond.disk;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// How an [EncryptedDisk] encrypts: a stream of bytes that depends on the file's key, an epoch and
/// the place in the file is combined with the contents.
public enum DiskCipher {
  /// AES with 256 bits in counter mode; fast where the processor has instructions for it.
  AES(1, 16, "AES", "AES/CTR/NoPadding") {
    @Override
    AlgorithmParameterSpec start(int epoch, long block) {
      return new IvParameterSpec(
          ByteBuffer.allocate(16).putInt(epoch).putInt(0).putLong(block).array());
    }
  },

  /// ChaCha20; fast everywhere. A file may have 128 GiB.
  CHACHA20(2, 64, "ChaCha20", "ChaCha20") {
    @Override
    AlgorithmParameterSpec start(int epoch, long block) {
      return new ChaCha20ParameterSpec(
          ByteBuffer.allocate(12).putInt(epoch).putLong(0).array(), Math.toIntExact(block));
    }
  };

  private final byte id;
  private final int blockBytes;
  private final String keyAlgorithm;
  private final String transformation;

  DiskCipher(int id, int blockBytes, String keyAlgorithm, String transformation) {
    this.id = (byte) id;
    this.blockBytes = blockBytes;
    this.keyAlgorithm = keyAlgorithm;
    this.transformation = transformation;
  }

  /// Where the stream of a block begins.
  abstract AlgorithmParameterSpec start(int epoch, long block);

  /// In files' headers.
  byte id() {
    return id;
  }

  SecretKeySpec key(byte[] bytes) {
    return new SecretKeySpec(bytes, keyAlgorithm);
  }

  Cipher create() {
    try {
      return Cipher.getInstance(transformation);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + transformation, e);
    }
  }

  /// Encrypts or decrypts in place, which is the same.
  ///
  /// @param at the first byte's place in the file
  void apply(
      Cipher cipher, SecretKeySpec key, int epoch, long at, byte[] bytes, int from, int length) {
    try {
      var skip = (int) (at % blockBytes);
      // Not ENCRYPT_MODE: with a key and a nonce that it had before the JDK refuses that.
      cipher.init(Cipher.DECRYPT_MODE, key, start(epoch, at / blockBytes));
      if (skip > 0) {
        cipher.update(new byte[skip], 0, skip, new byte[skip], 0);
      }
      cipher.doFinal(bytes, from, length, bytes, from);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(transformation, e);
    }
  }
}
