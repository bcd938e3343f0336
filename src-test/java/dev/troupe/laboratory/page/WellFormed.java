package dev.troupe.laboratory.page;

import java.io.IOException;
import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/// Reads markup as XML, which fails where it is not well-formed.
public final class WellFormed {

  private WellFormed() {}

  public static Document document(String markup) {
    try {
      var factory = DocumentBuilderFactory.newInstance();
      return factory.newDocumentBuilder().parse(new InputSource(new StringReader(markup)));
    } catch (SAXException | IOException | ParserConfigurationException broken) {
      throw new AssertionError("not well-formed: " + broken.getMessage(), broken);
    }
  }
}
