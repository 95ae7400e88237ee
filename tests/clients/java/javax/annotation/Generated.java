package javax.annotation;

/** The mark on generated code, which Java itself no longer brings. */
public @interface Generated {
    String[] value();

    String date() default "";

    String comments() default "";
}
