package io.frond.nkey;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nats.client.NKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NkeyTest {
  private static final byte[] DATA = "a nonce".getBytes(StandardCharsets.UTF_8);

  @Test
  void theFirstVectorOfRfc8032HasItsKeyAndSignature() throws NkeyException {
    var raw =
        HexFormat.of().parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    var seed = new byte[34];
    seed[0] = (byte) (18 << 3 | 20 >> 2);
    seed[1] = (byte) (20 << 6);
    System.arraycopy(raw, 0, seed, 2, 32);
    var nkey = Nkey.fromSeed(NkeyText.encode(seed));
    var publicKey = NkeyText.decode(nkey.publicKey());
    assertEquals(
        "a0d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        HexFormat.of().formatHex(publicKey));
    assertEquals(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf"
            + "9b46bd25bf5f0595bbe24655141438e7a100b",
        HexFormat.of().formatHex(nkey.sign(new byte[0])));
  }

  @Test
  void keysOfTheJavaClientAreReadAndAgreeOnSignatures()
      throws NkeyException, IOException, GeneralSecurityException {
    var random = new SecureRandom();
    for (var theirs :
        new NKey[] {
          NKey.createUser(random),
          NKey.createAccount(random),
          NKey.createServer(random),
          NKey.createOperator(random),
          NKey.createCluster(random)
        }) {
      var ours = Nkey.fromSeed(new String(theirs.getSeed()));
      assertEquals(new String(theirs.getPublicKey()), ours.publicKey());
      assertEquals(theirs.getType().name(), ours.type().name());
      assertEquals(ours.type(), Nkey.publicKeyType(ours.publicKey()));
      assertArrayEquals(theirs.sign(DATA), ours.sign(DATA));
      assertTrue(Nkey.verify(ours.publicKey(), DATA, theirs.sign(DATA)));
      assertTrue(NKey.fromPublicKey(ours.publicKey().toCharArray()).verify(DATA, ours.sign(DATA)));
    }
  }

  @Test
  void generatedKeysAreReadByTheJavaClient() throws Exception {
    var nkey = Nkey.generate(NkeyType.SERVER, new SecureRandom());
    assertEquals('N', nkey.publicKey().charAt(0));
    assertEquals(56, nkey.publicKey().length());
    var theirs = NKey.fromPublicKey(nkey.publicKey().toCharArray());
    assertTrue(theirs.verify(DATA, nkey.sign(DATA)));
  }

  @Test
  void aSignatureHoldsForItsDataAndKeyOnly() {
    var random = new SecureRandom();
    var nkey = Nkey.generate(NkeyType.USER, random);
    var other = Nkey.generate(NkeyType.USER, random);
    var signature = nkey.sign(DATA);
    assertTrue(Nkey.verify(nkey.publicKey(), DATA, signature));
    assertFalse(Nkey.verify(other.publicKey(), DATA, signature));
    assertFalse(Nkey.verify(nkey.publicKey(), new byte[] {1}, signature));
    assertFalse(Nkey.verify(nkey.publicKey(), DATA, new byte[3]));
    assertFalse(Nkey.verify(nkey.publicKey(), DATA, new byte[64]));
    assertFalse(Nkey.verify("UNKNOWN", DATA, signature));
    assertFalse(Nkey.verify("", DATA, signature));
  }

  @Test
  void everyChangedCharacterOfAPublicKeyIsNoticed() {
    var key = Nkey.generate(NkeyType.USER, new SecureRandom()).publicKey();
    assertTrue(Nkey.isPublicUserKey(key));
    for (var i = 0; i < key.length(); i++) {
      var changed = new StringBuilder(key);
      changed.setCharAt(i, key.charAt(i) == 'A' ? 'B' : 'A');
      assertFalse(Nkey.isPublicUserKey(changed.toString()), changed.toString());
    }
    assertFalse(Nkey.isPublicUserKey(key.toLowerCase(Locale.ROOT)));
    assertFalse(Nkey.isPublicUserKey(key + "A"));
    assertFalse(Nkey.isPublicUserKey(key.substring(1)));
    assertFalse(Nkey.isPublicUserKey(key + "="));
  }

  @Test
  void typesAreTold() {
    var random = new SecureRandom();
    var account = Nkey.generate(NkeyType.ACCOUNT, random).publicKey();
    assertFalse(Nkey.isPublicUserKey(account));
    assertEquals(NkeyType.ACCOUNT, Nkey.publicKeyType(account));
    assertNull(Nkey.publicKeyType("nonsense"));
    var curve = new byte[33];
    curve[0] = (byte) NkeyType.CURVE.prefix();
    assertEquals(NkeyType.CURVE, Nkey.publicKeyType(NkeyText.encode(curve)));
    assertEquals('X', NkeyText.encode(curve).charAt(0));
    assertFalse(Nkey.verify(NkeyText.encode(curve), DATA, new byte[64]));
  }

  @Test
  void aSeedIsReadWithWhiteSpaceAroundIt() throws Exception {
    var seed = new String(NKey.createUser(new SecureRandom()).getSeed());
    assertEquals(
        Nkey.fromSeed(seed).publicKey(), Nkey.fromSeed("\n " + seed + " \r\n").publicKey());
    assertTrue(Nkey.isUserSeed(seed));
  }

  @Test
  void whatIsNoSeedIsRefusedWithoutQuotingIt() throws Exception {
    var random = new SecureRandom();
    var user = Nkey.generate(NkeyType.USER, random).publicKey();
    assertProblem("", "wrong character, length or check sum");
    assertProblem("SUAM", "wrong character, length or check sum");
    assertProblem(user, "must begin with S");
    assertFalse(Nkey.isUserSeed(user));
    assertFalse(Nkey.isUserSeed(new String(NKey.createAccount(random).getSeed())));
    var unknown = new byte[34];
    unknown[0] = (byte) (18 << 3 | 7);
    assertProblem(NkeyText.encode(unknown), "unknown type of key");
    var curve = new byte[34];
    curve[0] = (byte) (18 << 3 | 23 >> 2);
    curve[1] = (byte) (23 << 6);
    assertProblem(NkeyText.encode(curve), "cannot sign");
  }

  @Test
  void textOfAnyLengthComesBack() {
    var random = new Random(20_261_123);
    for (var length = 1; length < 80; length++) {
      var bytes = new byte[length];
      random.nextBytes(bytes);
      assertArrayEquals(bytes, NkeyText.decode(NkeyText.encode(bytes)));
    }
  }

  private static void assertProblem(String seed, String reason) {
    var problem = assertThrows(NkeyException.class, () -> Nkey.fromSeed(seed));
    var message = String.valueOf(problem.getMessage());
    assertTrue(message.contains(reason), message);
    assertFalse(seed.length() > 8 && message.contains(seed));
  }
}
