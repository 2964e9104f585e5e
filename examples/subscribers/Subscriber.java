import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follow topics of cx-streams with Kafka's own client, by the schema files.
 *
 * <p>java -cp 'build/jars/*' Subscriber.java 127.0.0.1:9092 my-subscriber schemas/alert.avsc
 * cx.alerts.churn.v1 cx.alerts.sla.v1
 */
public final class Subscriber {
  /** A record's bytes are wrong, and will be so for ever. */
  private static final class Unreadable extends Exception {
    Unreadable(String why) {
      super(why);
    }
  }

  /** A record's schema can't be had now; its bytes may be right. Says what to mend. */
  private static final class SchemaMissing extends Exception {
    SchemaMissing(String why) {
      super(why);
    }
  }

  private static final List<String> IDENTITIES =
      List.of("alert_id", "transition_id", "measurement_id", "window_id");

  private final PrintStream out =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  private final Path folder;
  private final Schema mine;
  private final Map<Integer, Schema> writers = new HashMap<>();

  /** The newest version of everything; in earnest a table of yours, so that it outlives us. */
  private final Map<String, Integer> newest = new HashMap<>();

  private Subscriber(Path schema) throws IOException {
    folder = schema.toAbsolutePath().getParent();
    mine = parse(schema);
  }

  public static void main(String[] asked) throws Exception {
    Subscriber subscriber = new Subscriber(Path.of(asked[2]));
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", asked[0],
            "group.id", asked[1],
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest",
            "enable.auto.commit", false,
            "key.deserializer", ByteArrayDeserializer.class,
            "value.deserializer", ByteArrayDeserializer.class);
    KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings);
    Thread following = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(consumer, following)));
    try (consumer) {
      consumer.subscribe(Arrays.asList(asked).subList(3, asked.length));
      subscriber.follow(consumer);
    } catch (WakeupException told) {
      // Ctrl-C or SIGTERM.
    }
  }

  private static void leave(KafkaConsumer<byte[], byte[]> consumer, Thread following) {
    consumer.wakeup();
    try {
      following.join();
    } catch (InterruptedException ignored) {
      Thread.currentThread().interrupt();
    }
  }

  /** Fetch, handle, commit: what was not handled comes again. */
  private void follow(KafkaConsumer<byte[], byte[]> consumer) throws IOException, SchemaMissing {
    while (true) {
      ConsumerRecords<byte[], byte[]> fetched = consumer.poll(Duration.ofSeconds(1));
      for (ConsumerRecord<byte[], byte[]> record : fetched) {
        take(record);
      }
      if (!fetched.isEmpty()) {
        consumer.commitSync();
      }
    }
  }

  /** Handle one record. What else is thrown goes up, so that nothing is committed. */
  private void take(ConsumerRecord<byte[], byte[]> record) throws IOException, SchemaMissing {
    if (record.value() == null) { // a tombstone; where there are any, the key is the id
      String name = new String(record.key(), StandardCharsets.UTF_8);
      newest.remove(name);
      say("deleted " + name);
      return;
    }
    String place = "%s[%d]@%d".formatted(record.topic(), record.partition(), record.offset());
    GenericRecord read;
    try {
      read = read(record.value());
    } catch (Unreadable error) { // the records behind it are not to blame
      System.err.println(place + " can't be read: " + error.getMessage());
      return;
    } catch (SchemaMissing error) { // to go on would be to commit what nobody has read
      throw new SchemaMissing(place + " can't be read yet: " + error.getMessage());
    }
    String news = read == null ? null : hear(read);
    if (news != null) {
      handle(news, read);
    }
  }

  /** The record as our schema has it; null: it is of a kind we don't follow. */
  private GenericRecord read(byte[] value) throws IOException, Unreadable, SchemaMissing {
    if (value.length < 5 || value[0] != 0) {
      throw new Unreadable("no zero byte and schema id in front");
    }
    Schema writer = writer(ByteBuffer.wrap(value, 1, 4).getInt());
    if (!writer.getFullName().equals(mine.getFullName())) {
      return null;
    }
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null);
    GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(writer, mine);
    try {
      GenericRecord record = reader.read(null, decoder);
      if (decoder.isEnd()) {
        return record;
      }
    } catch (IOException | RuntimeException error) { // bytes can be wrong in every way
      throw new Unreadable(error.toString());
    }
    throw new Unreadable("bytes after its end");
  }

  /** The schema with this id; the file of a newer release may be put there while we run. */
  private Schema writer(int id) throws IOException, SchemaMissing {
    if (!writers.containsKey(id)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(it -> it.toString().endsWith(".avsc")).toList()) {
          Schema schema = parse(file);
          writers.put(fingerprint(schema), schema);
        }
      }
    }
    if (!writers.containsKey(id)) {
      throw new SchemaMissing(
          "no file in %s has the schema with id %d; put those of the release that wrote it there, "
                  .formatted(folder, id)
              + "or read by the workers' registry, if they have one");
    }
    return writers.get(id);
  }

  private static Schema parse(Path file) throws IOException {
    return new Schema.Parser().parse(Files.readString(file));
  }

  /** The id of a schema: the start of its SHA-256, as a positive number. */
  private static int fingerprint(Schema schema) throws IOException {
    try {
      byte[] digest = SchemaNormalization.parsingFingerprint("SHA-256", schema);
      return ByteBuffer.wrap(digest).getInt() & 0x7FFF_FFFF;
    } catch (NoSuchAlgorithmException missing) {
      throw new IOException(missing);
    }
  }

  /** What is new about it, in a word; null: nothing, it is a duplicate or out of date. */
  private String hear(GenericRecord record) {
    String field = IDENTITIES.stream().filter(record::hasField).findFirst().orElseThrow();
    String name = record.get(field).toString();
    int version = (Integer) record.get("version");
    int known = newest.getOrDefault(name, 0);
    if (version <= known) {
      return null;
    }
    newest.put(name, version);
    if (record.hasField("retracted") && (Boolean) record.get("retracted")) {
      return "taken-back";
    }
    if (record.hasField("status") && record.get("status").toString().equals("resolved")) {
      return "resolved";
    }
    return known > 0 ? "amended" : "new";
  }

  /** Yours: page somebody, open a ticket, upsert a row. */
  private void handle(String news, GenericRecord record) throws IOException {
    String what = Stream.of("metric", "to_stage", "rule").filter(record::hasField).findFirst().get();
    Object grave = record.hasField("band") ? record.get("band") : "-";
    Object customer = record.hasField("customer_id") ? record.get("customer_id") : "";
    say(
        String.join(
            " ",
            news,
            record.get(what).toString(),
            grave.toString(),
            "v" + record.get("version"),
            customer.toString()));
  }

  private void say(String line) throws IOException {
    out.println(line);
    if (out.checkError()) {
      throw new IOException("standard output can't be written");
    }
  }
}
